// Chinese words of badges: the button, and what it shows.
import type { Words } from '../words.ts'

/** Words of badges. */
export const badge: Words['badge'] = {
  title: '徽章',
  about:
    '可放在您自己网页上的图片：显示价格，以及有结果的比例。浏览器每过一分钟重新获取；保存图片副本的网站可能显示较旧的图片。图片链接到本页。',
  picture: '徽章现在的样子',
}
