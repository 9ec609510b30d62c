import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyOrder, anyOrderOf } from '../../test/arbitraries.ts'
import { NO_ADDRESS, NO_DATASET_ORDER, isSameAddress, orderAsset, orderPrice, orderRestrictions } from './terms.ts'

const alice = '0x00000000000000000000000000000000000000aa'

test('an order sells the asset of its kind at its price', () => {
  fc.assert(
    fc.property(anyOrderOf.app, anyOrderOf.dataset, anyOrderOf.workerpool, (app, dataset, workerpool) => {
      expect([orderAsset(app), orderPrice(app)]).toEqual([app.app, app.appprice])
      expect([orderAsset(dataset), orderPrice(dataset)]).toEqual([dataset.dataset, dataset.datasetprice])
      expect([orderAsset(workerpool), orderPrice(workerpool)]).toEqual([
        workerpool.workerpool,
        workerpool.workerpoolprice,
      ])
    }),
  )
})

test('only restrictions in force are listed', () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      for (const address of Object.values(orderRestrictions(order))) expect(address).not.toBe(NO_ADDRESS)
    }),
  )
  expect(orderRestrictions(NO_DATASET_ORDER)).toEqual({})
  expect(orderRestrictions({ ...NO_DATASET_ORDER, requesterrestrict: alice })).toEqual({ requester: alice })
})

test('a request restricts its workerpool alone; its app and dataset are what it wants', () => {
  fc.assert(
    fc.property(anyOrderOf.request, (request) => {
      const expected = request.workerpool === NO_ADDRESS ? {} : { workerpool: request.workerpool }

      expect(orderRestrictions(request)).toEqual(expected)
    }),
  )
})

test('an order without a dataset asks for nothing', () => {
  expect(orderAsset(NO_DATASET_ORDER)).toBe(NO_ADDRESS)
  expect(orderPrice(NO_DATASET_ORDER)).toBe(0n)
})

test('addresses are the same whatever their case', () => {
  expect(isSameAddress('0x00000000000000000000000000000000000000AA', alice)).toBe(true)
  expect(isSameAddress(NO_ADDRESS, alice)).toBe(false)
})
